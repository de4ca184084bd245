/** Returns a failure in the API's format. */
export function failure(code: string, message: string) {
  return { success: false, error: { code, message } }
}
