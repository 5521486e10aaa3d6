"""The page around the tabs: server, head, tabs, who is there."""
