"""From public homes to files of pairs: fetch, read, clean, split, write. Knows no tensor."""
