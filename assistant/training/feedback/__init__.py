"""judgement → proposed → objections → row of examples/feedback.jsonl."""
