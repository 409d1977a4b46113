import { html, svg, type TemplateResult } from 'lit';
import { COLUMNS, ROWS } from '#rooms/games/connect-four/rules.ts';

/** The board as a small drawing: one character per cell from the bottom left, `.` or the seat. */
export function picture(cells: string): TemplateResult {
  return html`<svg class="picture" viewBox="0 0 ${COLUMNS} ${ROWS}" aria-hidden="true">
    ${Array.from({ length: COLUMNS * ROWS }, (_, cell) => {
      const kind = cells[cell] === '0' ? 'seat-0' : cells[cell] === '1' ? 'seat-1' : 'hole';
      return svg`<circle class=${kind} cx=${(cell % COLUMNS) + 0.5} cy=${ROWS - Math.floor(cell / COLUMNS) - 0.5} r="0.38" />`;
    })}
  </svg>`;
}
