import { type Attempt, perl } from '../attempt.ts'

export const network: readonly Attempt[] = [
  {
    name: 'TCP to a service on the host’s loopback',
    guards: ['network'],
    python: 'import socket\nassert socket.create_connection(("127.0.0.1", {{TCP}}), 3).recv(2) == b"hi"',
    r: 'connection <- socketConnection("127.0.0.1", {{TCP}}, open = "rb", blocking = TRUE, timeout = 3)\nif (rawToChar(readBin(connection, "raw", 2)) != "hi") stop("silent")',
  },
  {
    name: 'TCP over IPv6 to the host’s loopback',
    guards: ['network'],
    python: 'import socket\nassert socket.create_connection(("::1", {{TCP6}}), 3).recv(2) == b"hi"',
    r: perl(
      'use Socket qw(:all); socket(S, AF_INET6, SOCK_STREAM, 0) or exit 1; alarm 3; connect(S, pack_sockaddr_in6({{TCP6}}, inet_pton(AF_INET6, "::1"))) or exit 2; sysread(S, $b, 2); exit($b ne "hi")',
    ),
  },
  {
    name: 'UDP to a service on the host’s loopback',
    guards: ['network'],
    python:
      'import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.settimeout(3)\ns.sendto(b"?", ("127.0.0.1", {{UDP}}))\nassert s.recv(2) == b"hi"',
    r: perl(
      'use Socket; socket(S, AF_INET, SOCK_DGRAM, 0) or exit 1; alarm 3; send(S, "?", 0, pack_sockaddr_in({{UDP}}, inet_aton("127.0.0.1"))) or exit 2; recv(S, $b, 2, 0); exit($b ne "hi")',
    ),
  },
  {
    name: 'an abstract unix socket of the host',
    guards: ['network'],
    python: 'import socket\ns = socket.socket(socket.AF_UNIX)\ns.connect("\\0{{ABSTRACT}}")\nassert s.recv(2) == b"hi"',
    r: perl(
      'use Socket; socket(S, AF_UNIX, SOCK_STREAM, 0) or exit 1; connect(S, pack("S a*", 1, "\\0{{ABSTRACT}}")) or exit 2; sysread(S, $b, 2); exit($b ne "hi")',
    ),
  },
  {
    name: 'the database’s unix socket by its path',
    guards: ['files'],
    python:
      'import socket\ns = socket.socket(socket.AF_UNIX)\ns.connect("{{FOLDER}}/socket")\nassert s.recv(2) == b"hi"',
    r: perl(
      'use Socket; socket(S, AF_UNIX, SOCK_STREAM, 0) or exit 1; connect(S, pack_sockaddr_un("{{FOLDER}}/socket")) or exit 2; sysread(S, $b, 2); exit($b ne "hi")',
    ),
  },
  {
    name: 'a netlink socket',
    guards: ['socketFamilies'],
    python: 'import socket\nsocket.socket(16, socket.SOCK_RAW, 0).bind((0, 0))',
    r: perl('exit(!socket(S, 16, 3, 0))'),
  },
  {
    name: 'a packet socket',
    guards: ['socketFamilies', 'user'],
    python: 'import socket\nsocket.socket(17, socket.SOCK_RAW, 0x300)',
    r: perl('exit(!socket(S, 17, 3, 0x300))'),
  },
  {
    name: 'a socket to the hypervisor (vsock)',
    // Engines refuse this family too, in their own filter.
    guards: ['socketFamilies', 'systemCalls'],
    python: 'import socket\nsocket.socket(40, socket.SOCK_STREAM)',
    r: perl('exit(!socket(S, 40, 1, 0))'),
  },
  {
    name: 'a raw socket of IP',
    guards: ['user'],
    python: 'import socket\nsocket.socket(socket.AF_INET, socket.SOCK_RAW, 1)',
    r: perl('exit(!socket(S, 2, 3, 1))'),
  },
]
