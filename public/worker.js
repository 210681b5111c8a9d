// Loader of the web worker (app/src/worker). The first message brings the compiled module; start_worker
// then listens to the following ones itself, before the browser delivers them.
import { initSync, start_worker } from "/pkg/scribble.js";

onmessage = ({ data }) => {
  initSync({ module: data.module });
  start_worker(data);
};
