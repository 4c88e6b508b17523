"""The one-stop desk: the queue, a file and its next steps, intake, papers handed out."""
