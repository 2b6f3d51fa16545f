Console.WriteLine("There is nothing to measure yet.");
