"""What the desk's speed is measured by: each path beside its peer or its limit, in one run."""
