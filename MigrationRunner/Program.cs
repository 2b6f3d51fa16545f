Console.WriteLine("There are no migrations yet.");
