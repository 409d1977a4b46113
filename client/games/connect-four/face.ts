import type { Face } from '#client/games/face.ts';
import { refusals } from '#rooms/games/connect-four/refusals.ts';
import { picture } from './picture.ts';
import { texts } from './texts.ts';

export const connectFour: Face = {
  title: texts.title,
  picture,
  still: '...0......1......01..........................',
  hint: texts.hint,
  endings: texts.endings,
  refusals,
  colours: texts.colours,
  load: () => import('./connect-four-board.ts'),
  tag: 'connect-four-board',
};
