// Waiting that ends by a deadline, whatever becomes of the work. Deadlines are of `performance.now()`.

/** What the work gives, or 'late' when the deadline comes first; a failure of the work is its end, no more. */
export async function beforeDeadline<T>(
  deadlineMs: number,
  work: Promise<T> | null,
): Promise<T | 'late' | null> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>(resolve => {
    timer = setTimeout(resolve, Math.max(0, deadlineMs - performance.now()), 'late')
  })
  const done = work?.catch(() => null) ?? null
  const outcome = await Promise.race([done, late])
  clearTimeout(timer)
  return outcome
}
