// A slider that one also scrolls over: a finger moves it sideways, and a swipe up or down leaves it as it was. Browsers
// move it as soon as it is touched, before anybody knows which way the finger goes.
export function sidewaysOnly(slider) {
  let finger;
  const place = ({ touches }) => [touches[0].clientX, touches[0].clientY];
  const passive = { passive: true };
  slider.addEventListener("touchstart", (event) => (finger = { from: place(event), value: slider.value }), passive);
  slider.addEventListener("touchmove", (event) => {
    if (!finger || "sideways" in finger) return;
    const [dx, dy] = place(event).map((at, axis) => Math.abs(at - finger.from[axis]));
    if (dx + dy > 0) finger.sideways = dx > dy;
  }, passive);
  for (const end of ["touchend", "touchcancel"]) slider.addEventListener(end, () => (finger = undefined), passive);
  slider.addEventListener("input", (event) => {
    if (!event.isTrusted || !finger || finger.sideways) return;
    slider.value = finger.value;
    event.stopImmediatePropagation();
  }, true);
}
