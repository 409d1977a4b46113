import { AUTO, Game, Scale } from 'phaser';
import { BOARD_HEIGHT, BOARD_WIDTH } from './paint.ts';
import { paletteAt } from './palette.ts';
import { BoardScene, type View } from './scene.ts';

/** A canvas that fills its place, as sharp as the screen, in the colours of the page. */
export class Stage {
  readonly #place: HTMLElement;
  readonly #game: Game;
  readonly #scene: BoardScene;
  readonly #sizes: ResizeObserver;
  readonly #scheme = matchMedia('(prefers-color-scheme: dark)');

  constructor(place: HTMLElement, view: View) {
    this.#place = place;
    const calm = matchMedia('(prefers-reduced-motion: reduce)');
    this.#scene = new BoardScene(
      view,
      () => paletteAt(place),
      () => calm.matches,
    );
    this.#game = new Game({
      type: AUTO,
      parent: place,
      scene: this.#scene,
      transparent: true,
      banner: false,
      audio: { noAudio: true },
      input: { keyboard: false, mouse: false, touch: false },
      scale: { mode: Scale.NONE, ...this.#size() },
    });
    this.#sizes = new ResizeObserver(() => this.#fit());
    this.#sizes.observe(place);
    this.#scheme.addEventListener('change', this.#repaint);
  }

  show(view: View): void {
    this.#scene.show(view);
  }

  dispose(): void {
    this.#sizes.disconnect();
    this.#scheme.removeEventListener('change', this.#repaint);
    this.#game.destroy(true);
  }

  #repaint = () => this.#scene.repaint();

  #size() {
    const width = Math.max(1, Math.round(this.#place.clientWidth * devicePixelRatio));
    return { width, height: Math.round((width * BOARD_HEIGHT) / BOARD_WIDTH), zoom: 1 / devicePixelRatio };
  }

  #fit(): void {
    const { width, height, zoom } = this.#size();
    if (width === this.#game.scale.width || !this.#game.isBooted) return;
    this.#game.scale.setZoom(zoom);
    this.#game.scale.resize(width, height);
    this.#scene.repaint();
  }
}
