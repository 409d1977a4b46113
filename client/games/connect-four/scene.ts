import { type GameObjects, Scene } from 'phaser';
import { COLUMNS, EMPTY, ROWS } from '#rooms/games/connect-four/rules.ts';
import type { Ghost } from './aim.ts';
import { BOARD_HEIGHT, BOARD_WIDTH, paintBack, paintDisc, paintPlate, paintRing, RIM } from './paint.ts';
import type { Palette } from './palette.ts';

/** What the board shows. */
export type View = {
  cells: readonly number[];
  last: number;
  line: readonly number[];
  ghost: Ghost | undefined;
};

/** A fall takes this long, by the rows it passes, ms. */
const FALL_MS = 150;
const ROW_MS = 15;
/** Frames drawn after the last change before the loop rests. */
const AFTERGLOW_MS = 60;

/** Draws a position, and lets a disc that was not there before fall. The loop sleeps while nothing moves. */
export class BoardScene extends Scene {
  #view: View;
  readonly #palette: () => Palette;
  readonly #still: () => boolean;
  #cell = 0;
  #discs: (GameObjects.Image | undefined)[] = [];
  #rings: GameObjects.Image[] = [];
  #ghost: GameObjects.Image | undefined;
  #mark: GameObjects.Image | undefined;
  #restAt = 0;

  constructor(view: View, palette: () => Palette, still: () => boolean) {
    super('board');
    this.#view = view;
    this.#palette = palette;
    this.#still = still;
  }

  create(): void {
    this.#cell = this.scale.width / BOARD_WIDTH;
    this.#discs = [];
    this.#rings = [];
    this.#ghost = undefined;
    this.#mark = undefined;
    this.#paint();
    this.add.image(0, 0, 'back').setOrigin(0).setDepth(0);
    this.add.image(0, 0, 'plate').setOrigin(0).setDepth(2);
    this.#place(false);
  }

  override update(time: number): void {
    if (this.tweens.getTweens().length > 0) this.#restAt = time + AFTERGLOW_MS;
    if (this.#restAt === 0) this.#restAt = time + AFTERGLOW_MS;
    if (time > this.#restAt) this.game.loop.sleep();
  }

  /** Shows a newer view; what appeared in it falls into place. */
  show(view: View): void {
    this.#view = view;
    if (this.#cell === 0) return;
    this.#wake();
    this.#place(!this.#still());
  }

  /** Paints everything anew: the size or the colours changed. */
  repaint(): void {
    this.#wake();
    this.scene.restart();
  }

  #wake(): void {
    this.#restAt = 0;
    this.game.loop.wake();
  }

  #paint(): void {
    const colours = this.#palette();
    const cell = this.#cell;
    this.#texture('back', BOARD_WIDTH * cell, BOARD_HEIGHT * cell, (canvas) => paintBack(canvas, cell, colours));
    this.#texture('plate', BOARD_WIDTH * cell, BOARD_HEIGHT * cell, (canvas) => paintPlate(canvas, cell, colours));
    for (const seat of [0, 1]) {
      this.#texture(`disc-${seat}`, cell, cell, (canvas) => paintDisc(canvas, cell, seat, colours));
    }
    this.#texture('ring', cell, cell, (canvas) => paintRing(canvas, cell, 0.09, colours));
    this.#texture('mark', cell, cell, (canvas) => paintRing(canvas, cell, 0.035, colours));
  }

  #texture(key: string, width: number, height: number, paint: (canvas: CanvasRenderingContext2D) => void): void {
    if (this.textures.exists(key)) this.textures.remove(key);
    const texture = this.textures.createCanvas(key, Math.ceil(width), Math.ceil(height));
    if (!texture) return;
    paint(texture.context);
    texture.refresh();
  }

  #place(animated: boolean): void {
    const { cells, line, last, ghost } = this.#view;
    for (let cell = 0; cell < COLUMNS * ROWS; cell++) {
      const seat = cells[cell] ?? EMPTY;
      if (seat === EMPTY) {
        this.#discs[cell]?.destroy();
        this.#discs[cell] = undefined;
      } else if (!this.#discs[cell]) {
        this.#discs[cell] = this.#drop(cell, seat, animated);
      }
      const dimmed = line.length > 0 && !line.includes(cell);
      this.#discs[cell]?.setAlpha(dimmed ? 0.45 : 1);
    }
    this.#aim(ghost);
    this.#mark?.destroy();
    this.#mark = last >= 0 && line.length === 0 ? this.#at(last, 'mark', 3) : undefined;
    for (const ring of this.#rings) ring.destroy();
    this.#rings = line.map((cell, order) => this.#ring(cell, order, animated));
  }

  #drop(cell: number, seat: number, animated: boolean): GameObjects.Image {
    const disc = this.#at(cell, `disc-${seat}`, 1);
    if (!animated) return disc;
    const y = disc.y;
    const rows = ROWS - Math.floor(cell / COLUMNS);
    disc.y = -this.#cell / 2;
    this.tweens.add({ targets: disc, y, duration: FALL_MS + ROW_MS * rows, ease: 'Bounce.easeOut' });
    return disc;
  }

  #ring(cell: number, order: number, animated: boolean): GameObjects.Image {
    const ring = this.#at(cell, 'ring', 3);
    if (animated) {
      ring.setAlpha(0);
      this.tweens.add({ targets: ring, alpha: 1, duration: 200, delay: 240 + order * 90 });
    }
    return ring;
  }

  #aim(ghost: View['ghost']): void {
    this.#ghost?.destroy();
    this.#ghost = ghost && this.#at(ghost.cell, `disc-${ghost.seat}`, 1).setAlpha(ghost.firm ? 0.7 : 0.4);
  }

  #at(cell: number, texture: string, depth: number): GameObjects.Image {
    const x = (RIM + (cell % COLUMNS) + 0.5) * this.#cell;
    const y = (RIM + (ROWS - 1 - Math.floor(cell / COLUMNS)) + 0.5) * this.#cell;
    return this.add.image(x, y, texture).setDepth(depth);
  }
}
