"""Messages of a queue, by the REST interface: https://learn.microsoft.com/rest/api/storageservices/queue-service-rest-api"""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from .requests import Client

# longer than a run takes, so that nobody else takes what is being worked on
HIDDEN_SECONDS = 2 * 3600


@dataclass(frozen=True)
class Message:
    text: str
    taken: int
    id: str
    receipt: str


class Queue:
    def __init__(self, client: Client, endpoint: str, name: str) -> None:
        self._client = client
        self._url = f"{endpoint}/{urllib.parse.quote(name)}/messages"

    def take(self) -> Iterator[Message]:
        """Messages, as long as there are any; each is hidden from others meanwhile."""
        while True:
            query = urllib.parse.urlencode({"numofmessages": 32, "visibilitytimeout": HIDDEN_SECONDS})
            with self._client.send("GET", f"{self._url}?{query}") as answer:
                found = ElementTree.parse(answer).findall(".//QueueMessage")
            if not found:
                return
            for message in found:
                yield Message(
                    text=message.findtext("MessageText") or "", taken=int(message.findtext("DequeueCount") or 1),
                    id=message.findtext("MessageId") or "", receipt=message.findtext("PopReceipt") or "",
                )

    def remove(self, message: Message) -> None:
        self._client.send("DELETE", f"{self._url}/{urllib.parse.quote(message.id)}?{urllib.parse.urlencode({'popreceipt': message.receipt})}").close()

    def put(self, text: str) -> None:
        body = f"<QueueMessage><MessageText>{escape(text)}</MessageText></QueueMessage>".encode()
        # -1: until somebody looks
        self._client.send("POST", f"{self._url}?{urllib.parse.urlencode({'messagettl': -1})}", {"Content-Type": "application/xml"}, body).close()
