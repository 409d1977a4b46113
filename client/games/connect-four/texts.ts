/** What is said at a board of Connect Four. */
export const texts = {
  title: 'Connect Four',
  hint: 'Choose a column.',
  endings: { four: 'Four in a row.', draw: 'The board is full.' },
  colours: ['Brick', 'Ivory'],
  columns: 'Columns of the board',
  column: (n: number, free: number) => `Column ${n}, ${free === 0 ? 'full' : `${free} free`}`,
  dropped: (name: string, column: number) => `${name}: column ${column}.`,
} as const;
