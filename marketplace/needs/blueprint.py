"""The room's one blueprint; its pages stand in modules of their own, gathered by `views`."""

from ..web.routes import Room

room = Room("needs", __name__)
