"""The room's one blueprint; its pages stand in `views`."""

from ..web.routes import Room

room = Room("rubrics", __name__)
