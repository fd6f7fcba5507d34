"""The register: CQC's locations and providers with their ODS codes; loaded, searched, read."""
