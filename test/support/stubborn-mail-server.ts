import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';

export interface StubbornMailServer {
  url: string;
  mails: ParsedMail[];
  close(): Promise<void>;
}

/**
 * A real mail server that refuses as the address says: `…550@` for good, `…451@` for now, `…lost@` takes the mail and hangs
 * up before it says so.
 */
export async function aStubbornMailServer(): Promise<StubbornMailServer> {
  const mails: ParsedMail[] = [];
  const refusal = (code: number) => Object.assign(new Error('refused'), { responseCode: code });
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo: ({ address }, _session, done) => {
      const code = /(\d{3})@/.exec(address)?.[1];
      done(code ? refusal(Number(code)) : undefined);
    },
    onData: (stream, session, done) => {
      const lost = session.envelope.rcptTo.some(({ address }) => address.includes('lost@'));
      void simpleParser(stream).then((mail) => {
        mails.push(mail);
        if (!lost) done();
        // The socket beneath the session; smtp-server has no word for hanging up.
        else
          for (const connection of (server as unknown as { connections: Set<{ _socket: { destroy(): void } }> })
            .connections)
            connection._socket.destroy();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as { port: number };
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
