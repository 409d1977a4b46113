import { COLUMNS, ROWS } from '#rooms/games/connect-four/rules.ts';
import type { Palette } from './palette.ts';

/** Shares of a cell: the rim around the board, a hole's radius, a disc's. */
export const RIM = 0.25;
const HOLE = 0.4;
const DISC = 0.44;

/** Width and height of the whole board, in cells. */
export const BOARD_WIDTH = COLUMNS + 2 * RIM;
export const BOARD_HEIGHT = ROWS + 2 * RIM;

type Canvas = CanvasRenderingContext2D;

/** The front plate with its holes cut out, so that a disc falls behind it. `cell` in px. */
export function paintPlate(canvas: Canvas, cell: number, colours: Palette): void {
  const width = BOARD_WIDTH * cell;
  const height = BOARD_HEIGHT * cell;
  const sheen = canvas.createLinearGradient(0, 0, 0, height);
  sheen.addColorStop(0, colours.boardLight);
  sheen.addColorStop(0.35, colours.board);
  sheen.addColorStop(1, colours.boardDark);
  canvas.fillStyle = sheen;
  canvas.beginPath();
  canvas.roundRect(0, 0, width, height, cell * 0.3);
  canvas.fill();
  canvas.lineWidth = Math.max(1, cell * 0.03);
  canvas.strokeStyle = colours.brass;
  canvas.globalAlpha = 0.55;
  const inset = cell * 0.09;
  canvas.beginPath();
  canvas.roundRect(inset, inset, width - 2 * inset, height - 2 * inset, cell * 0.22);
  canvas.stroke();
  canvas.globalAlpha = 1;
  eachHole(cell, (x, y) => {
    canvas.globalCompositeOperation = 'destination-out';
    circle(canvas, x, y, HOLE * cell);
    canvas.fill();
    canvas.globalCompositeOperation = 'source-over';
    const bevel = canvas.createLinearGradient(0, y - HOLE * cell, 0, y + HOLE * cell);
    bevel.addColorStop(0.15, colours.boardDark);
    bevel.addColorStop(1, colours.boardLight);
    canvas.lineWidth = cell * 0.045;
    canvas.strokeStyle = bevel;
    circle(canvas, x, y, HOLE * cell + canvas.lineWidth / 2);
    canvas.stroke();
  });
}

/** What one sees through an empty hole. */
export function paintBack(canvas: Canvas, cell: number, colours: Palette): void {
  canvas.fillStyle = colours.hole;
  eachHole(cell, (x, y) => {
    circle(canvas, x, y, (HOLE + 0.03) * cell);
    canvas.fill();
  });
}

/** A disc in a square of one cell. The two seats differ in lightness and in what is turned into the wood. */
export function paintDisc(canvas: Canvas, cell: number, seat: number, colours: Palette): void {
  const [main, light, dark] =
    seat === 0
      ? [colours.disc0, colours.disc0Light, colours.disc0Dark]
      : [colours.disc1, colours.disc1Light, colours.disc1Dark];
  const middle = cell / 2;
  const glow = canvas.createRadialGradient(middle, middle * 0.6, cell * 0.05, middle, middle, DISC * cell);
  glow.addColorStop(0, light);
  glow.addColorStop(0.7, main);
  glow.addColorStop(1, dark);
  canvas.fillStyle = glow;
  circle(canvas, middle, middle, DISC * cell);
  canvas.fill();
  canvas.strokeStyle = dark;
  canvas.lineWidth = cell * 0.035;
  circle(canvas, middle, middle, cell * 0.27);
  canvas.stroke();
  if (seat === 0) return;
  canvas.fillStyle = dark;
  circle(canvas, middle, middle, cell * 0.07);
  canvas.fill();
}

/** A ring around a hole: thin for the disc that fell last, thick for a winning one. */
export function paintRing(canvas: Canvas, cell: number, share: number, colours: Palette): void {
  canvas.strokeStyle = colours.brass;
  canvas.lineWidth = cell * share;
  circle(canvas, cell / 2, cell / 2, HOLE * cell + canvas.lineWidth / 2);
  canvas.stroke();
}

function eachHole(cell: number, cut: (x: number, y: number) => void): void {
  for (let row = 0; row < ROWS; row++) {
    for (let column = 0; column < COLUMNS; column++) cut((RIM + column + 0.5) * cell, (RIM + row + 0.5) * cell);
  }
}

function circle(canvas: Canvas, x: number, y: number, radius: number): void {
  canvas.beginPath();
  canvas.arc(x, y, radius, 0, Math.PI * 2);
}
