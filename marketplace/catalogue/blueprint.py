"""The catalogue's one blueprint; its pages stand in `views` and `desk`."""

from ..web.routes import Room

room = Room("catalogue", __name__)
