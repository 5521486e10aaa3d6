"""The compare tab: components and their handlers."""


from assistant.ui.page.site import Site
from assistant.ui.page.tab import For, Frame
from assistant.ui.texts import Worded


class CompareTab:
    key = "compare"
    wanted: For = "ask"

    def __init__(self, site: Site) -> None:
        self.site = site

    def build(self, frame: Frame) -> list[Worded]:
        return []
