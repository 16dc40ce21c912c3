"""The pipeline: the one coordinator of a lead's movement, from stage to stage and through the landing gate."""
