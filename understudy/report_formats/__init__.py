"""Reports in the formats of other programs: JUnit XML, SARIF, GitHub's, badges, and lines for a
terminal. It knows nothing of what is reported."""
