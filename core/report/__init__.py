"""Pages that stand alone: one HTML file, nothing fetched."""
