/// Colours and layout. Bars are SVG, so that they print where backgrounds do not.
enum PageStyle {
  static let markup: Markup = """
    :root { color-scheme: light dark; --paper: #faf8f4; --card: #ffffff; --ink: #1d2026; --muted: #5b616d; --line: #e2dfd7;
      --empty: #efece5; --weights: #1769aa; --inputs: #d18700; --outputs: #0b8a69; --weft: #6b3fb8; --other: #a3a8b3;
      --rival: #c2185b; --compute: #3f51b5; --memory: #d2491f; }
    @media screen and (prefers-color-scheme: dark) {
      :root { --paper: #131519; --card: #1b1e24; --ink: #e9eaee; --muted: #a2a9b6; --line: #31363f; --empty: #262a32;
        --weights: #5ab0ee; --inputs: #eeb244; --outputs: #3dc99d; --weft: #b197f7; --other: #6b7280; --rival: #ff6f9f;
        --compute: #8f9bff; --memory: #ff8556; }
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; }
    body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.45 system-ui, sans-serif;
      font-variant-numeric: tabular-nums; }
    main { max-width: 76rem; margin: 0 auto; padding: 2rem 1.25rem 3rem; }
    h1 { margin: 0; font-size: clamp(1.7rem, 5vw, 2.8rem); line-height: 1.1; letter-spacing: -0.02em; overflow-wrap: anywhere; }
    h2 { margin: 0; font-size: 1.2rem; letter-spacing: -0.01em; }
    h3 { margin: 0; font-size: 1rem; }
    p { margin: 0.2rem 0 0; color: var(--muted); max-width: 54rem; }
    .kicker { margin: 0 0 0.3rem; color: var(--weft); font-weight: 600; }
    ul, ol { list-style: none; margin: 0; padding: 0; }
    .facts { display: flex; flex-wrap: wrap; gap: 0.4rem; margin-top: 1rem; }
    .facts li { padding: 0.15rem 0.7rem; border: 1px solid var(--line); border-radius: 1rem; background: var(--card);
      overflow-wrap: anywhere; }
    .facts span { color: var(--muted); }
    .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 10.5rem), 1fr)); gap: 0.8rem;
      margin: 1.2rem 0; }
    .card, .figure { background: var(--card); border: 1px solid var(--line); border-radius: 0.8rem; min-width: 0; }
    .card { display: flex; flex-direction: column; padding: 0.8rem 1rem; }
    .card h2 { font-size: 0.85rem; font-weight: 600; letter-spacing: 0; color: var(--muted); }
    .card p { font-size: 0.82rem; }
    .card .big { margin: 0; font-size: 1.65rem; font-weight: 700; line-height: 1.25; color: var(--ink); letter-spacing: -0.02em;
      overflow-wrap: anywhere; }
    .gauge { margin-top: auto; padding-top: 0.5rem; box-sizing: content-box; display: block; }
    .figure { margin: 1.2rem 0; padding: 1.1rem 1.25rem 1.25rem; }
    .legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.1rem; margin-top: 0.7rem; font-size: 0.85rem; color: var(--muted); }
    .legend li { display: flex; align-items: center; gap: 0.4rem; }
    .swatch { flex: none; }
    .plot { margin-top: 0.8rem; }
    .plot.long { max-height: 44rem; overflow-y: auto; }
    .row { display: grid; grid-template-columns: 11.5rem minmax(0, 1fr) 10rem; gap: 0 0.8rem; align-items: center;
      font-size: 0.85rem; }
    .panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 21rem), 1fr)); gap: 1.2rem 1.8rem; }
    .panel { min-width: 0; }
    .panel .row { grid-template-columns: 7.8rem minmax(0, 1fr) 6rem; }
    .heat .row { grid-template-columns: 11.5rem minmax(0, 1fr) 3rem; }
    .name { display: block; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; unicode-bidi: isolate; }
    .name i { display: inline-block; min-width: 1.7em; margin-right: 0.5em; text-align: right; font-style: normal;
      font-size: 0.85em; color: var(--muted); }
    .value { color: var(--muted); text-align: right; white-space: nowrap; }
    .value b { color: var(--ink); }
    .row.chosen .name { font-weight: 700; }
    .row > svg { display: block; }
    .stays { position: sticky; top: 0; background: var(--card); }
    .mark, .value b.mark, .mark data { color: var(--rival); }
    .strip { display: block; margin: 0 0 0.6rem; }
    .scatter { display: grid; grid-template-columns: minmax(0, 34rem) minmax(0, 1fr); gap: 1.5rem; align-items: center; }
    .square { position: relative; padding: 0.6rem 1.4rem 3rem 5.2rem; }
    .square > .points { display: block; aspect-ratio: 1; height: auto; }
    .points { overflow: visible; }
    .square p { position: absolute; margin: 0; font-size: 0.82rem; white-space: nowrap; }
    .across { right: 1.4rem; bottom: 0; }
    .upwards { left: 0; top: 0.6rem; writing-mode: vertical-rl; transform: rotate(180deg); }
    .key li { display: grid; grid-template-columns: 1.2rem minmax(0, 1fr) auto; gap: 0.5rem; padding: 0.25rem 0;
      border-bottom: 1px solid var(--line); font-size: 0.85rem; }
    svg text { fill: var(--muted); font-size: 11px; }
    svg .letter { fill: var(--card); font-weight: 700; font-size: 12px; pointer-events: none; }
    .grid { stroke: var(--line); stroke-width: 1; }
    .weights { fill: var(--weights); } .inputs { fill: var(--inputs); } .outputs { fill: var(--outputs); }
    .pale { opacity: 0.38; }
    .weft { fill: var(--weft); } .other { fill: var(--other); } .rival { fill: var(--rival); } .ink { fill: var(--ink); }
    .slower { fill: var(--rival); } .empty { fill: var(--empty); }
    .compute { fill: var(--compute); } .memory { fill: var(--memory); }
    .memory-half { fill: var(--memory); fill-opacity: 0.1; }
    .dot { stroke: var(--card); stroke-width: 1.2; }
    .cut { stroke: var(--card); stroke-width: 0.5; }
    .floor, .balance, .unit { fill: none; stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 3 2; }
    .unit, .unit-line { stroke-dasharray: none; }
    .floor-line, .balance-line, .unit-line { stroke: var(--ink); stroke-width: 1.5; }
    .floor-line, .balance-line { stroke-dasharray: 4 3; }
    .box { margin-top: 0.8rem; overflow: auto; max-height: 36rem; border: 1px solid var(--line); border-radius: 0.5rem; }
    table { border-collapse: separate; border-spacing: 0; font-size: 0.82rem; white-space: nowrap; min-width: 100%; }
    th, td { padding: 0.28rem 0.6rem; text-align: right; border-bottom: 1px solid var(--line); font-weight: 400; }
    thead th { position: sticky; top: 0; z-index: 1; vertical-align: bottom; background: var(--empty); font-weight: 600; }
    thead th span { display: block; font-weight: 400; color: var(--muted); }
    th:first-child { position: sticky; left: 0; background: var(--card); max-width: 12rem; }
    thead th:first-child { z-index: 2; background: var(--empty); }
    tfoot th, tfoot td, tfoot th:first-child { position: sticky; bottom: 0; background: var(--empty); font-weight: 700; }
    tfoot th:first-child { z-index: 2; }
    .text { text-align: left; }
    footer { margin-top: 1.5rem; font-size: 0.82rem; color: var(--muted); }
    :focus-visible { outline: 2px solid var(--weft); outline-offset: 2px; }
    @media (max-width: 44rem) {
      main { padding: 1.2rem 0.7rem 2rem; }
      .figure { padding: 0.9rem 0.8rem 1rem; }
      .cards { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0.5rem; }
      .card { padding: 0.6rem 0.7rem; }
      .card .big { font-size: 1.3rem; }
      .row, .panel .row, .heat .row { grid-template-columns: minmax(0, 1fr) auto; margin-top: 0.25rem; }
      .row > svg { grid-area: 2 / 1 / 3 / 3; }
      .scatter { grid-template-columns: minmax(0, 1fr); }
      .square { padding-left: 4.6rem; }
      .key li { grid-template-columns: 1.2rem minmax(0, 1fr); }
      .key .value { grid-column: 2; text-align: left; }
      th:first-child { max-width: 7.5rem; }
    }
    @page { size: A4 landscape; margin: 12mm; }
    @media print {
      body { background: none; font-size: 12px; }
      main { max-width: none; padding: 0; }
      .card, .figure { border-color: #bbbbbb; break-inside: avoid; }
      .figure.breaks { break-inside: auto; }
      .row, tr, .panel { break-inside: avoid; }
      h2, .legend { break-after: avoid; }
      .plot.long, .box { max-height: none; overflow: visible; border: none; }
      .stays, thead th, tfoot th, tfoot td, tfoot th:first-child, th:first-child { position: static; }
      table { font-size: 6.6px; white-space: normal; min-width: 0; width: 100%; }
      th, td { padding: 0.15rem 0.2rem; }
      tfoot { display: table-row-group; }
    }

    """
}
