/** `LOAD_PROBES`: the probe rooms that a process makes unless they are there; every `share`-th from `first` on. */
export function probeNames(count: number, first = 0, share = 1): string {
  const names = Array.from({ length: count }, (_, i) => `probe-${i}`);
  return names.filter((_, i) => i % share === first).join(',');
}
