"""questions → answer on each rung → score → compare → verdict. What is measured about a domain; trains nothing."""
