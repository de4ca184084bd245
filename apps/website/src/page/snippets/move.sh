pnpm ports show core
pnpm ports move demo 3007 --reason "why it moves"
pnpm ports add billing --group services --summary "what it is for"
pnpm ports check
