"""Landing: the local entity, three legs of evidence checked by four eyes, and the recognition on them."""
