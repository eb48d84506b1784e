"""The Draft pages: plain pages of ours with forms, so that they work by keyboard and without scripts."""
