import { writeAllOrNothing } from './transaction.js'

// Changes one file, removes one and makes one, as an edit of the registry does.
const root = process.argv[2]!
writeAllOrNothing(
  [
    { file: 'registry.ts', present: 'old\n', wanted: 'new\n' },
    { file: 'deep/gone.yaml', present: 'gone\n', wanted: undefined },
    { file: 'deep/come.md', present: undefined, wanted: 'come\n' },
    { file: 'docs.md', present: 'old docs\n', wanted: 'new docs\n' },
  ],
  root,
  JSON.parse(process.env['PROGRAM']!) as string[],
)
