"""Traffic: exchanges between others, judged by a contract as they pass or as they were recorded."""
