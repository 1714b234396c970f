"""The room's one blueprint; its pages stand in `views`."""

from ..web.routes import Room

room = Room("editions", __name__)
