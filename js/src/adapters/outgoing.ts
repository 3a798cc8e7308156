/** As much of Node's ServerResponse as a guard needs. */
export interface NodeResponse {
  readonly statusCode: number;
  readonly headersSent: boolean;
  readonly destroyed?: boolean;
  writeHead(status: number, headers: Record<string, string>): unknown;
  end(body: string): unknown;
  once(event: "close", listener: () => void): unknown;
}

/** As much of a socket as it takes to refuse an upgrade. */
export interface NodeSocket {
  end(text: string): unknown;
  on(event: "error", listener: () => void): unknown;
  off(event: "error", listener: () => void): unknown;
}

/** What access logs write where the caller was gone before there was an answer. */
const clientGone = 499;

/** @returns the status of the application's answer, as soon as it is known */
export function statusOf(response: NodeResponse): Promise<number> {
  return new Promise((resolve) => {
    if (response.destroyed === true) return resolve(clientGone);
    const { writeHead } = response;
    // Also called by Node itself, where the application just writes.
    response.writeHead = (...parameters) => {
      response.writeHead = writeHead;
      const written = writeHead.apply(response, parameters);
      resolve(response.statusCode);
      return written;
    };
    response.once("close", () => resolve(response.headersSent ? response.statusCode : clientGone));
  });
}

async function read(refusal: Response): Promise<{ readonly body: string; readonly size: string }> {
  const body = await refusal.text();
  return { body, size: String(new TextEncoder().encode(body).length) };
}

/** Answers with what the guard has said. */
export async function answer(response: NodeResponse, refusal: Response): Promise<void> {
  const { body, size } = await read(refusal);
  response.writeHead(refusal.status, { ...Object.fromEntries(refusal.headers), "Content-Length": size });
  response.end(body);
}

/** The same on a socket that was about to leave HTTP. */
export async function answerOn(socket: NodeSocket, refusal: Response): Promise<void> {
  const { body, size } = await read(refusal);
  const lines = [...refusal.headers].map(([name, value]) => `${name}: ${value}\r\n`).join("");
  socket.end(`HTTP/1.1 ${refusal.status} \r\n${lines}Content-Length: ${size}\r\nConnection: close\r\n\r\n${body}`);
}
