using System.Globalization;
using Google.Protobuf;

namespace TelemetryForTests;

/// <summary>Reads the sums and gauges of an ExportMetricsServiceRequest by the numbers that the fields have in OTLP.</summary>
internal static class MetricsReader
{
    private const int Gauge = 5;
    private const int Sum = 7;

    public static IReadOnlyList<MetricPoint> Read(byte[] request)
    {
        List<MetricPoint> points = [];
        foreach (var resource in Messages(request, 1))
            foreach (var scope in Messages(resource, 2))
                foreach (var metric in Messages(scope, 2))
                    AddMetric(metric, points);
        return points;
    }

    private static void AddMetric(byte[] metric, List<MetricPoint> points)
    {
        var name = Text(metric, 1);
        var unit = Text(metric, 3);
        foreach (var gauge in Messages(metric, Gauge))
            points.AddRange(Messages(gauge, 1).Select(point => Point(name, unit, "gauge", point)));
        foreach (var sum in Messages(metric, Sum))
        {
            var kind = Fields(sum).Any(field => field is { Number: 3, Bits: 1 }) ? "counter" : "updowncounter";
            points.AddRange(Messages(sum, 1).Select(point => Point(name, unit, kind, point)));
        }
    }

    private static MetricPoint Point(string name, string unit, string kind, byte[] point)
    {
        var value = Fields(point).Where(field => field.Number is 4 or 6)
            .Select(field => field.Number == 4 ? BitConverter.UInt64BitsToDouble(field.Bits) : (long)field.Bits).Single();
        return new(name, unit, kind, value, Messages(point, 7).ToDictionary(pair => Text(pair, 1), pair => Value(Messages(pair, 2).Single())));
    }

    private static string Value(byte[] value)
    {
        var field = Fields(value).Single();
        return field.Number switch
        {
            1 => System.Text.Encoding.UTF8.GetString(field.Bytes),
            3 => ((long)field.Bits).ToString(CultureInfo.InvariantCulture),
            _ => $"field {field.Number}",
        };
    }

    private static string Text(byte[] message, int number) => string.Concat(Messages(message, number).Select(System.Text.Encoding.UTF8.GetString));

    private static IEnumerable<byte[]> Messages(byte[] message, int number) => Fields(message).Where(field => field.Number == number).Select(field => field.Bytes);

    private static List<(int Number, ulong Bits, byte[] Bytes)> Fields(byte[] message)
    {
        using var input = new CodedInputStream(message);
        List<(int, ulong, byte[])> fields = [];
        for (var tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            var number = WireFormat.GetTagFieldNumber(tag);
            switch (WireFormat.GetTagWireType(tag))
            {
                case WireFormat.WireType.Varint: fields.Add((number, input.ReadUInt64(), [])); break;
                case WireFormat.WireType.Fixed64: fields.Add((number, input.ReadFixed64(), [])); break;
                case WireFormat.WireType.LengthDelimited: fields.Add((number, 0, input.ReadBytes().ToByteArray())); break;
                default: input.SkipLastField(); break;
            }
        }

        return fields;
    }
}
