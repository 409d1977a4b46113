/** The tokens that the board is painted with, as colours a canvas understands. */
const TOKENS = {
  board: '--board',
  boardLight: '--board-light',
  boardDark: '--board-dark',
  hole: '--hole',
  brass: '--brass-bright',
  disc0: '--disc-0',
  disc0Light: '--disc-0-light',
  disc0Dark: '--disc-0-dark',
  disc1: '--disc-1',
  disc1Light: '--disc-1-light',
  disc1Dark: '--disc-1-dark',
} as const;

export type Palette = Record<keyof typeof TOKENS, string>;

/** Reads the tokens as they hold at `place`. A token may be `light-dark(…)`, which only a property resolves. */
export function paletteAt(place: HTMLElement): Palette {
  const probe = document.createElement('i');
  place.append(probe);
  const resolved = Object.entries(TOKENS).map(([name, token]) => {
    probe.style.color = `var(${token})`;
    return [name, getComputedStyle(probe).color];
  });
  probe.remove();
  return Object.fromEntries(resolved) as Palette;
}
