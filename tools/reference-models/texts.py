"""What the tiny tokenizers are trained on, and the texts that references are made of."""

CORPUS = [
    "a photo of a cat", "a photo of a dog on a red sofa", "two people walk along the beach at night",
    "the old house by the lake under grey clouds", "a bowl of fruit on a wooden table", "snow on the mountains",
    "ein Haus am See", "zwei Hunde spielen im Garten", "une maison au bord du lac", "des fleurs rouges dans un vase",
    "una casa junto al lago", "un gato negro duerme en la silla", "дом у озера", "кошка на диване", "σπίτι δίπλα στη λίμνη",
    "湖边的房子", "一只猫在沙发上", "夜晚的海滩", "湖のそばの家", "赤い花の写真", "호수 옆의 집", "بيت على البحيرة",
    "İstanbul'da bir ev", "sailing boats in the harbour", "children playing football in the street", "a train crossing a bridge",
    "black and white portrait of a woman", "close-up of a butterfly", "an aerial view of a city", "a cup of coffee and a book",
]

MIXED = [
    "a photo of a cat", "A PHOTO of a Dog!", "", "cat", "湖边的房子", "ein Haus am See", "дом у озера, ночью",
    "İstanbul'da bir ev — ΣΑΣ", "café; cafe\u0301 (au lait)", "two  people\twalk\nalong the beach", "赤い花の写真 and 호수 옆의 집",
    "1,234.5 boats & <b>bridges</b>", "a train crossing a bridge " * 40, "x", "🦋 butterfly",
]
