// Prints the closing line of a run: the counts in the report that vitest wrote as JSON.
import { readFileSync } from 'node:fs'

const text = readFileSync(process.argv[2], 'utf8')
const report = text
  ? JSON.parse(text)
  : // The run ended before its tests: that is one failure, and not none.
    { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0, numTodoTests: 0, testResults: [] }
const failedFiles = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
const failed = report.numFailedTests + failedFiles.length
const skipped = report.numPendingTests + report.numTodoTests
console.log(`${report.numPassedTests} passed, ${failed} failed, ${skipped} skipped`)
