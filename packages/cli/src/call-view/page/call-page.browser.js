// Runs in the page: plays the recording, draws both waveforms, moves the cursor, seeks.
(() => {
  'use strict';
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId('call-data').textContent);
  const audio = byId('audio');
  const viewport = byId('viewport');
  const track = byId('track');
  const cursor = byId('cursor');
  const clock = byId('clock');
  const play = byId('play');
  const lines = [...document.querySelectorAll('.transcript li')];
  const durationMs = Math.max(1, data.durationMs);
  const smallestPixelsPerSecond = 6;
  const largestPixelsPerSecond = 400;
  let zoom = 1;

  const decode = (base64) => Int8Array.from(atob(base64), (character) => (character.charCodeAt(0) << 24) >> 24);
  const waves = [
    { canvas: byId('wave-caller'), peaks: decode(data.caller), color: '--caller' },
    { canvas: byId('wave-agent'), peaks: decode(data.agent), color: '--agent' },
  ];
  for (const wave of waves) {
    let loudest = 16;
    for (const peak of wave.peaks) loudest = Math.max(loudest, Math.abs(peak));
    wave.scale = 0.92 / loudest;
  }

  const timeText = (ms) => {
    const tenths = Math.floor(Math.max(0, ms) / 100);
    return `${Math.floor(tenths / 600)}:${String(Math.floor((tenths % 600) / 10)).padStart(2, '0')}.${tenths % 10}`;
  };
  const trackWidth = () => track.offsetWidth;
  const xOf = (ms) => (ms / durationMs) * trackWidth();

  function drawWave({ canvas, peaks, color, scale }, styles) {
    const density = window.devicePixelRatio || 1;
    const width = Math.max(1, Math.round(viewport.clientWidth * density));
    const height = Math.max(1, Math.round(canvas.clientHeight * density));
    canvas.style.width = `${viewport.clientWidth}px`;
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const context = canvas.getContext('2d');
    context.clearRect(0, 0, width, height);
    context.fillStyle = styles.getPropertyValue(color);
    const count = peaks.length / 2;
    const peaksPerPixel = ((durationMs / 1000) * data.peaksPerSecond) / (trackWidth() * density);
    const first = viewport.scrollLeft * density;
    const middle = height / 2;
    for (let x = 0; x < width; x += 1) {
      const from = Math.floor((first + x) * peaksPerPixel);
      if (from >= count) break;
      const to = Math.min(count, Math.max(from + 1, Math.floor((first + x + 1) * peaksPerPixel)));
      let low = 0;
      let high = 0;
      for (let index = from; index < to; index += 1) {
        low = Math.min(low, peaks[index * 2]);
        high = Math.max(high, peaks[index * 2 + 1]);
      }
      const top = middle - high * scale * middle;
      const bottom = middle - low * scale * middle;
      const isQuiet = high - low < 3;
      context.globalAlpha = isQuiet ? 0.35 : 1;
      context.fillRect(x, isQuiet ? middle - density / 2 : top, 1, Math.max(density, isQuiet ? density : bottom - top));
    }
  }

  function draw() {
    const styles = getComputedStyle(document.documentElement);
    for (const wave of waves) drawWave(wave, styles);
  }

  function drawAxis() {
    const pixelsPerSecond = (trackWidth() * 1000) / durationMs;
    const step = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600].find((seconds) => seconds * pixelsPerSecond >= 70) || 1800;
    const ticks = [];
    for (let seconds = 0; seconds * 1000 <= durationMs; seconds += step) {
      const tick = document.createElement('i');
      tick.style.left = `${(100_000 * seconds) / durationMs}%`;
      const label = document.createElement('span');
      label.textContent = step < 1 ? timeText(seconds * 1000) : timeText(seconds * 1000).slice(0, -2);
      // The last label has no room to its right.
      if ((durationMs / 1000 - seconds) * pixelsPerSecond > 36) tick.append(label);
      ticks.push(tick);
    }
    byId('axis').replaceChildren(...ticks);
  }

  function layout() {
    const fit = viewport.clientWidth;
    const seconds = durationMs / 1000;
    const width = Math.min(
      Math.max(fit * zoom, fit, zoom === 1 ? seconds * smallestPixelsPerSecond : 0),
      Math.max(fit, seconds * largestPixelsPerSecond),
    );
    track.style.width = `${width}px`;
    drawAxis();
    draw();
    show();
  }

  function setZoom(next) {
    // What is under the cursor stays where it is.
    const anchorMs = audio.currentTime * 1000;
    const offset = xOf(anchorMs) - viewport.scrollLeft;
    zoom = Math.max(1, next);
    layout();
    viewport.scrollLeft = xOf(anchorMs) - offset;
    draw();
  }

  let shownLine;
  function show() {
    const nowMs = audio.currentTime * 1000;
    const x = xOf(nowMs);
    cursor.style.transform = `translateX(${x}px)`;
    clock.textContent = timeText(nowMs);
    viewport.setAttribute('aria-valuenow', (nowMs / 1000).toFixed(1));
    viewport.setAttribute('aria-valuetext', timeText(nowMs));
    const line = nowMs > 0 ? lines.findLast((each) => Number(each.dataset.start) <= nowMs + 1) : undefined;
    if (line !== shownLine) {
      shownLine?.classList.remove('now');
      line?.classList.add('now');
      shownLine = line;
    }
    if (!audio.paused && (x < viewport.scrollLeft || x > viewport.scrollLeft + viewport.clientWidth - 20)) viewport.scrollLeft = x - 40;
  }

  function tick() {
    show();
    if (!audio.paused) requestAnimationFrame(tick);
  }

  function seek(ms) {
    audio.currentTime = Math.min(Math.max(0, ms), durationMs) / 1000;
    show();
  }

  function toggle() {
    if (audio.paused)
      audio.play().catch(() => {
        clock.textContent = 'no audio';
      });
    else audio.pause();
  }

  play.addEventListener('click', toggle);
  audio.addEventListener('play', () => {
    play.classList.add('playing');
    play.setAttribute('aria-label', 'Pause');
    tick();
  });
  audio.addEventListener('pause', () => {
    play.classList.remove('playing');
    play.setAttribute('aria-label', 'Play');
    show();
  });
  audio.addEventListener('seeked', show);
  byId('zoom-in').addEventListener('click', () => setZoom(zoom * 2));
  byId('zoom-out').addEventListener('click', () => setZoom(zoom / 2));
  byId('zoom-fit').addEventListener('click', () => setZoom(1));
  track.addEventListener('click', (event) => seek(((event.clientX - track.getBoundingClientRect().left) / trackWidth()) * durationMs));
  for (const line of lines) line.addEventListener('click', () => seek(Number(line.dataset.start)));
  viewport.addEventListener('scroll', draw, { passive: true });
  const steps = { ArrowLeft: -1000, ArrowRight: 1000, PageDown: -10_000, PageUp: 10_000, Home: -Infinity, End: Infinity };
  viewport.addEventListener('keydown', (event) => {
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    seek(audio.currentTime * 1000 + step);
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== ' ' || event.target.closest('button')) return;
    event.preventDefault();
    toggle();
  });
  new ResizeObserver(layout).observe(viewport);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  layout();
})();
