/** What a download does where nothing else is asked for; apart, because showing it must not load a network library. */
export const downloadDefaults = {
  /** Tries after the first one at each URL that bring the download no further. */
  retries: 4,
  /** Milliseconds without a byte after which a server counts as stalled. */
  timeout: 30_000,
} as const;
