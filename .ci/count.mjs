// Prints the last line of a run: the counts in vitest's JSON report, plus the failures of other checks.
import { readFileSync } from 'node:fs'

const [, , file, otherFailures] = process.argv
const text = readFileSync(file, 'utf8')
const report = text
  ? JSON.parse(text)
  : // The run ended before its tests, which counts as one failure.
    { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0, numTodoTests: 0, testResults: [] }
const failedFiles = report.testResults.filter((each) => each.status === 'failed' && each.assertionResults.length === 0)
const failed = report.numFailedTests + failedFiles.length + Number(otherFailures)
const skipped = report.numPendingTests + report.numTodoTests
console.log(`${report.numPassedTests} passed, ${failed} failed, ${skipped} skipped`)
