"""How the embedded starter model is made: text → tokenizer → train → evaluate → export.
Not part of the installed package; only the exported weights in assistant/models/starter are."""
