"""The register of park enterprises: monthly figures, what does not go together, what is not counted."""
