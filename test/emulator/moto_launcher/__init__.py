"""moto's server, mended and extended so that a whole regulated app deploys into it."""
