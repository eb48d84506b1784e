"""Text as every layer sees it: clean characters, list markers, sentences, language. Pure."""
