// A connection to the server that can be cut: a TCP proxy, so that every browser is offline in the same way.
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { findFreePort, startSite } from "../site.mjs";

/// Starts a server behind a proxy; `base` is the address of the proxy.
export async function startSiteWithConnection() {
  const port = await findFreePort();
  const base = `http://127.0.0.1:${port}`;
  const site = await startSite({ SCRIBBLE_PUBLIC_URL: base });
  const sockets = new Set();
  const proxy = createServer((client) => {
    const server = connect(new URL(site.base).port, "127.0.0.1");
    for (const [from, to] of [[client, server], [server, client]]) {
      sockets.add(from);
      from.on("error", () => {}).on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  });
  const open = async () => {
    proxy.listen(port, "127.0.0.1");
    await once(proxy, "listening");
  };
  const cut = async () => {
    const closed = once(proxy, "close");
    proxy.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await open();
  return {
    base,
    open,
    cut,
    async stop() {
      if (proxy.listening) await cut();
      await site.stop();
    },
  };
}
