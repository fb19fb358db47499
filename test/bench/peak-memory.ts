/** What some work gives, and how much more memory (MB, resident) this process had at the most than before it. */
export async function peakOf<T>(work: () => Promise<T>): Promise<{ result: T; megabytes: number }> {
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  let most = before;
  const looking = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 20);
  try {
    const result = await work();
    return { result, megabytes: (most - before) / 2 ** 20 };
  } finally {
    clearInterval(looking);
  }
}
