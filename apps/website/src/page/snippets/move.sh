pnpm ports show core
pnpm ports move demo 3007 --reason "why it moves"
pnpm ports add billing --port 3008 --summary "what it is for"
pnpm ports check
