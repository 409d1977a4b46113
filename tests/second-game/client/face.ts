import { html } from 'lit';
import type { Face } from '#client/games/face.ts';

export const higher: Face = {
  title: 'Higher',
  picture: () => html`<svg class="picture" viewBox="0 0 2 2" aria-hidden="true"></svg>`,
  still: '',
  hint: 'Name a number.',
  endings: { higher: 'The higher number wins.', same: 'Twice the same number.' },
  refusals: { beyond: 'That number is too large.' },
  colours: [],
  load: () => import('./higher-board.ts'),
  tag: 'higher-board',
};
