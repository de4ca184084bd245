# One service, and everything that reaches it.
CORE_PORT=4101 pnpm dev

# A second DriftOS beside the first, with nothing shared.
DRIFTOS_PORT_OFFSET=100 pnpm dev

# What the variables come to.
pnpm -s ports env
