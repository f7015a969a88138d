"""What tests share: servers, browsers, projects."""
